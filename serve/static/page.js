// SPDX-License-Identifier: GPL-2.0-or-later
// page.js - what the search page is without, and better with: suggestions, keys, clicks told.
(function () {
	"use strict";
	const box = document.getElementById("q");
	const form = box.form;
	let list = null, at = -1, wait = 0, turn = 0, typed = "";

	function close() {
		if (list)
			list.remove();
		list = null;
		at = -1;
		box.setAttribute("aria-expanded", "false");
		box.removeAttribute("aria-activedescendant");
	}

	function choose(text) {
		box.value = text;
		close();
		form.requestSubmit();
	}

	function select(to) {
		const items = list.children;

		if (items[at])
			items[at].setAttribute("aria-selected", "false");
		at = (to + items.length + 1) % (items.length + 1);
		if (at === items.length) {
			at = -1;
			box.value = typed;
			box.removeAttribute("aria-activedescendant");
			return;
		}
		items[at].setAttribute("aria-selected", "true");
		box.value = items[at].dataset.text;
		box.setAttribute("aria-activedescendant", items[at].id);
	}

	function show(found) {
		close();
		if (!found.length || document.activeElement !== box)
			return;
		list = document.createElement("ul");
		list.className = "suggestions";
		list.id = "suggestions";
		list.setAttribute("role", "listbox");
		list.setAttribute("aria-label", "Suggestions");
		found.forEach(function (one, i) {
			const item = document.createElement("li");

			item.id = "suggestion-" + i;
			item.setAttribute("role", "option");
			item.setAttribute("aria-selected", "false");
			item.dataset.text = one.text;
			item.textContent = one.text;
			if (one.kind === "question") {
				const kind = document.createElement("span");

				kind.className = "kind";
				kind.textContent = "asked before";
				item.append(kind);
			}
			item.addEventListener("mousedown", function (e) {
				e.preventDefault();
				choose(one.text);
			});
			list.append(item);
		});
		box.parentNode.append(list);
		box.setAttribute("aria-expanded", "true");
	}

	function ask() {
		const mine = ++turn, query = new URLSearchParams({q: box.value});

		typed = box.value;
		if (!typed.trim()) {
			close();
			return;
		}
		form.querySelectorAll("input[name=filter], input[name=key]").forEach(function (i) {
			query.append(i.name, i.value);
		});
		fetch("suggest?" + query).then(function (r) {
			return r.ok ? r.json() : {suggestions: []};
		}).then(function (found) {
			if (mine === turn)
				show(found.suggestions);
		}).catch(close);
	}

	box.setAttribute("role", "combobox");
	box.setAttribute("aria-autocomplete", "list");
	box.setAttribute("aria-expanded", "false");
	box.setAttribute("aria-controls", "suggestions");
	box.addEventListener("input", function () {
		clearTimeout(wait);
		wait = setTimeout(ask, 80);
	});
	box.addEventListener("blur", close);
	form.addEventListener("submit", function () {
		clearTimeout(wait);
		turn++;
	});

	function links() {
		return Array.from(document.querySelectorAll(".results h2 a, .results .sub a"));
	}

	box.addEventListener("keydown", function (e) {
		if (list && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
			e.preventDefault();
			select(e.key === "ArrowDown" ? at + 1 : at < 0 ? list.children.length - 1 : at - 1 < 0 ?
				list.children.length : at - 1);
		} else if (list && e.key === "Escape") {
			e.preventDefault();
			box.value = typed;
			close();
		} else if (!list && e.key === "ArrowDown" && links().length) {
			e.preventDefault();
			links()[0].focus();
		}
	});

	document.addEventListener("keydown", function (e) {
		const here = e.target, all = links(), i = all.indexOf(here);

		if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing)
			return;
		if (e.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName)) {
			e.preventDefault();
			box.focus();
			box.select();
		} else if (i >= 0 && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
			e.preventDefault();
			(all[i + (e.key === "ArrowDown" ? 1 : -1)] || box).focus();
		} else if (i >= 0 && e.key === "Escape") {
			box.focus();
		}
	});

	// Browsers that ignore the attribute `ping` tell clicks so; the server counts each once.
	document.addEventListener("click", function (e) {
		const a = e.target.closest ? e.target.closest("a[ping]") : null;

		if (a && navigator.sendBeacon) {
			navigator.sendBeacon(a.getAttribute("ping"));
			a.removeAttribute("ping");
		}
	}, true);

	// Wide screens have the facets open beside the results.
	const facets = document.querySelector(".facets details");

	if (facets && matchMedia("(max-width: 52rem)").matches)
		facets.open = false;
})();
