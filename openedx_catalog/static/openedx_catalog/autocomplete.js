"use strict";
// select2 gives its box no name; a screen reader shall read the label and what is chosen.
django.jQuery(() => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
        const label = document.querySelector(`label[for="${select.id}"]`);
        const box = select.parentElement.querySelector(".select2-selection");
        const chosen = box && box.querySelector(".select2-selection__rendered");
        if (label && chosen) {
            label.id = `${select.id}_label`;
            // Where several are chosen, they are a list without an id, and the box for typing stands in it.
            const search = box.querySelector(".select2-search__field");
            for (const part of search ? [box, chosen, search] : [box, chosen]) {
                part.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`.trim());
            }
        }
    }
});
