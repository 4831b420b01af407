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
