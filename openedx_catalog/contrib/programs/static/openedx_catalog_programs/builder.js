"use strict";
// Rows are dragged to their place; the hidden fields in them are the order that "Save order" sends.
document.addEventListener("DOMContentLoaded", () => {
    const body = document.querySelector("#members tbody");
    let dragged = null;
    if (!body) {
        return;
    }
    body.addEventListener("dragstart", (event) => {
        dragged = event.target.closest("tr");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
    });
    body.addEventListener("dragover", (event) => {
        const row = event.target.closest("tr");
        if (dragged && row) {
            event.preventDefault();
            if (row !== dragged) {
                const box = row.getBoundingClientRect();
                row[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
            }
        }
    });
    body.addEventListener("drop", (event) => event.preventDefault());
    body.addEventListener("dragend", () => { dragged = null; });
});

// Up and Down without leaving the page: what is in focus stays so, and what was typed elsewhere is not lost.
document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("builder");
    let before = Promise.resolve();

    function show(rows, button) {
        const here = button.closest("tbody");
        // Only what stands elsewhere is moved: the rest of the page does not stir.
        rows.forEach((row, index) => {
            const own = document.getElementById(row.id);
            if (here.children[index] !== own) {
                here.insertBefore(own, here.children[index]);
            }
        });
        // To be moved in the document is to lose the focus.
        button.focus({preventScroll: true});
        const row = button.closest("tr");
        document.getElementById("moved").textContent = form.dataset.moved
            .replace("{name}", row.dataset.name)
            .replace("{number}", [...here.children].indexOf(row) + 1);
    }

    async function move(button) {
        const data = new FormData(form);
        data.set(button.name, button.value);
        const response = await fetch(form.action, {method: "POST", body: data});
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const own = button.closest("tbody").rows;
        const rows = page.querySelectorAll(`#${button.closest("table").id} tbody tr`);
        if (!response.ok || page.querySelector(".errorlist, .messagelist .error") || rows.length !== own.length
            || ![...rows].every((row) => document.getElementById(row.id))) {
            // Something else has changed meanwhile, or it is refused: whatever it is, the page says it.
            window.location.reload();
            return;
        }
        show(rows, button);
    }

    form?.addEventListener("submit", (event) => {
        const button = event.submitter;
        if (button?.matches("[data-move]")) {
            event.preventDefault();
            // One after the other, as they were pressed.
            before = before.then(() => move(button)).catch(() => window.location.reload());
        }
    });
});
