"use strict";
// select2 gives its box no name; a screen reader shall read the label and what is chosen.
django.jQuery(() => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
        const label = document.querySelector(`label[for="${select.id}"]`);
        const box = select.parentElement.querySelector(".select2-selection");
        const chosen = box && box.querySelector(".select2-selection__rendered");
        if (label && chosen) {
            label.id = `${select.id}_label`;
            box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
            chosen.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
        }
    }
});
