// Before anything is drawn: light or dark as chosen here before, else as the computer prefers.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
