/* Loads a page again every few seconds while something on it runs, unless somebody has paused that, or is typing. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector(".sync-refresh");
    const button = box && box.querySelector("button");
    if (!button) {
        return;
    }
    const key = "openedx-catalog-sync-paused";
    let paused = sessionStorage.getItem(key) !== null;
    let changed = false;

    const show = () => {
        button.textContent = paused ? button.dataset.resume : button.dataset.pause;
    };
    button.addEventListener("click", () => {
        paused = !paused;
        if (paused) {
            sessionStorage.setItem(key, "");
        } else {
            sessionStorage.removeItem(key);
        }
        show();
    });
    document.addEventListener("input", () => { changed = true; });
    show();
    button.hidden = false;
    setInterval(() => {
        if (!paused && !changed && !document.hidden) {
            location.reload();
        }
    }, 1000 * box.dataset.seconds);
});
