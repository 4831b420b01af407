"use strict";
// Parts are dragged to their place within their list; the hidden fields in them are its order. A list with `data-order` sends
// that at once, as the button of this name would; others have a button to save it.
document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("builder");
    let before = Promise.resolve();
    let dragged = null;
    let start = null;

    function show(rows, part, button) {
        const list = part.parentElement;
        // Only what stands elsewhere is moved: the rest of the page does not stir.
        rows.forEach((row, index) => {
            const own = document.getElementById(row.id);
            if (list.children[index] !== own) {
                list.insertBefore(own, list.children[index]);
            }
        });
        [...list.children].forEach((own, index) => {
            const number = own.querySelector(":scope > * > [data-number]");
            if (number) {
                number.textContent = index + 1;
            }
        });
        // To be moved in the document is to lose the focus.
        button?.focus({preventScroll: true});
        document.getElementById("moved").textContent = form.dataset.moved
            .replace("{name}", part.dataset.name)
            .replace("{number}", [...list.children].indexOf(part) + 1);
    }

    // Up, Down and what was dragged, without leaving the page: what is in focus stays so, what was typed elsewhere is not lost.
    async function send(part, value, button) {
        const data = new FormData(form);
        data.set("_do", value);
        const response = await fetch(form.action, {method: "POST", body: data});
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const list = part.parentElement;
        const rows = [...page.getElementById(list.id)?.children ?? []];
        if (!response.ok || page.querySelector(".errorlist, .messagelist .error") || rows.length !== list.children.length
            || !rows.every((row) => document.getElementById(row.id))) {
            // Something else has changed meanwhile, or it is refused: whatever it is, the page says it.
            window.location.reload();
            return;
        }
        show(rows, part, button);
    }

    // One after the other, as they were pressed.
    function queue(part, value, button) {
        before = before.then(() => send(part, value, button)).catch(() => window.location.reload());
    }

    form?.addEventListener("submit", (event) => {
        const button = event.submitter;
        if (button?.matches("[data-move]")) {
            event.preventDefault();
            queue(button.closest("[data-name]"), button.value, button);
        }
    });
    form?.addEventListener("dragstart", (event) => {
        dragged = event.target.closest?.("[draggable]")?.closest("[data-name]");
        if (dragged) {
            start = dragged.nextElementSibling;
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", "");
        }
    });
    form?.addEventListener("dragover", (event) => {
        const over = dragged && [...dragged.parentElement.children].find((part) => part.contains(event.target));
        if (over) {
            event.preventDefault();
            if (over !== dragged) {
                const box = over.getBoundingClientRect();
                over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
            }
        }
    });
    form?.addEventListener("drop", (event) => dragged && event.preventDefault());
    form?.addEventListener("dragend", () => {
        const order = dragged?.parentElement.dataset.order;
        if (order && dragged.nextElementSibling !== start) {
            queue(dragged, order);
        }
        dragged = null;
    });
});
