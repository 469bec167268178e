// SPDX-License-Identifier: GPL-2.0-or-later
// xapian-search.js - the search box in any page:
//
//	<div data-xapian-search></div>
//	<script src="https://search.example.org/xapian-search.js" defer></script>
//
// Attributes of the element: data-style="site" leaves all looks to the page (classes xs-…), data-filter
// restricts ("section:guide"), data-key is sent along, data-placeholder and data-results (5).
(function () {
	"use strict";
	const script = document.currentScript;
	const base = new URL(".", script.src);
	const style = `
:host { display: block; position: relative; font: 1rem/1.45 system-ui, sans-serif; color-scheme: light dark;
	--back: #fff; --text: #1c1e21; --soft: #54595f; --line: #c9cdd2; --link: #0b57a4; --mark: #fff0b3;
	--chosen: #e3edf8; color: var(--text); }
@media (prefers-color-scheme: dark) { :host { --back: #15181c; --text: #e8eaed; --soft: #a9b0b8; --line: #3a4149;
	--link: #8ab8f5; --mark: #5a4a00; --chosen: #2a3644; } }
.xs-form { display: flex; gap: .5rem; }
.xs-input { flex: 1; min-width: 0; padding: .5rem .7rem; font: inherit; color: inherit; background: var(--back);
	border: 1px solid var(--soft); border-radius: .4rem; }
.xs-button { padding: .5rem 1rem; font: inherit; border: 0; border-radius: .4rem; background: var(--link);
	color: var(--back); cursor: pointer; }
.xs-panel { position: absolute; z-index: 1000; left: 0; right: 0; margin-top: .25rem; max-height: 70vh; overflow: auto;
	background: var(--back); border: 1px solid var(--line); border-radius: .4rem;
	box-shadow: 0 .4rem 1.2rem rgb(0 0 0 / .25); }
.xs-list { list-style: none; margin: 0; padding: 0; }
.xs-item { padding: .5rem .8rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.xs-option { padding: .4rem .8rem; cursor: pointer; overflow-wrap: anywhere; }
.xs-option[aria-selected=true], .xs-option:hover { background: var(--chosen); }
.xs-title { font-weight: 600; color: var(--link); text-decoration: none; }
.xs-title:hover { text-decoration: underline; }
.xs-heading, .xs-note { color: var(--soft); font-size: .9rem; margin: 0; }
.xs-snippet { margin: .15rem 0 0; font-size: .95rem; }
.xs-sub { margin: .2rem 0 0; padding-left: 1rem; font-size: .9rem; }
.xs-sub a, .xs-note a { color: var(--link); }
.xs-note { padding: .5rem .8rem; }
mark { background: var(--mark); color: inherit; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
`;
	const entities = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&"};
	let number = 0;

	function make(name, kind, text) {
		const e = document.createElement(name);

		if (kind)
			e.className = "xs-" + kind;
		if (text !== undefined)
			e.textContent = text;
		return e;
	}

	// A snippet is escaped text with marks; it is never read as HTML.
	function snippet(text) {
		const p = make("p", "snippet");

		text.split(/(<mark>[^<]*<\/mark>)/).forEach(function (part) {
			const marked = part.startsWith("<mark>");
			const plain = part.replace(/<\/?mark>/g, "").replace(/&(lt|gt|quot|#39|amp);/g,
				function (e) { return entities[e]; });

			p.append(marked ? make("mark", "", plain) : plain);
		});
		return p;
	}

	// Only addresses that lead to a page; null for the others.
	function address(url, anchor) {
		try {
			const u = new URL(url, base);

			if (anchor)
				u.hash = anchor;
			return u.protocol === "https:" || u.protocol === "http:" ? u.href : null;
		} catch (e) {
			return null;
		}
	}

	function attach(element) {
		const site = element.dataset.style === "site", id = "xs-" + ++number;
		const root = site ? element : element.attachShadow({mode: "open"});
		const form = make("form", "form"), box = make("input", "input"), button = make("button", "button", "Search");
		const said = make("p");
		let panel = null, at = -1, wait = 0, turn = 0, typed = "";

		if (!site) {
			const sheet = new CSSStyleSheet();

			sheet.replaceSync(style);
			root.adoptedStyleSheets = [sheet];
		}
		form.setAttribute("role", "search");
		box.type = "search";
		box.autocomplete = "off";
		box.maxLength = 1000;
		box.placeholder = element.dataset.placeholder || "Search";
		box.setAttribute("aria-label", box.placeholder);
		box.setAttribute("role", "combobox");
		box.setAttribute("aria-autocomplete", "list");
		box.setAttribute("aria-expanded", "false");
		said.setAttribute("aria-live", "polite");
		said.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0";
		form.append(box, button);
		root.append(form, said);

		function query(more) {
			const q = new URLSearchParams({q: box.value.trim()});

			if (element.dataset.filter)
				q.append("filter", element.dataset.filter);
			Object.entries(more).forEach(function (pair) { q.append(pair[0], pair[1]); });
			return q;
		}

		function ask(path, more, options) {
			const key = element.dataset.key, how = Object.assign({credentials: "omit"}, options);

			if (key)
				how.headers = {Authorization: "Bearer " + key};
			return fetch(new URL(path + "?" + query(more), base), how);
		}

		function close() {
			if (panel)
				panel.remove();
			panel = null;
			at = -1;
			box.setAttribute("aria-expanded", "false");
			box.removeAttribute("aria-activedescendant");
		}

		function open() {
			close();
			panel = make("div", "panel");
			root.append(panel);
			box.setAttribute("aria-expanded", "true");
			return panel;
		}

		function suggest(found) {
			const list = make("ul", "list");

			close();
			if (!found.length)
				return;
			list.id = id + "-list";
			list.setAttribute("role", "listbox");
			list.setAttribute("aria-label", "Suggestions");
			box.setAttribute("aria-controls", list.id);
			found.forEach(function (one, i) {
				const item = make("li", "option", one.text);

				item.id = id + "-" + i;
				item.setAttribute("role", "option");
				item.setAttribute("aria-selected", "false");
				item.addEventListener("mousedown", function (e) {
					e.preventDefault();
					box.value = one.text;
					search();
				});
				list.append(item);
			});
			open().append(list);
		}

		function click(reply, hit, rank) {
			if (!reply.search)
				return;
			ask("click", {s: reply.search, r: rank, u: hit.url}, {method: "POST", keepalive: true, mode: "cors"})
				.catch(function () {});
		}

		function link(reply, hit, anchor, text, kind, rank) {
			const a = make("a", kind, text), to = address(hit.url, anchor);

			if (to)
				a.href = to;
			a.addEventListener("click", function () { click(reply, hit, rank); });
			return a;
		}

		function results(reply) {
			const list = make("ol", "list"), all = make("p", "note"), whole = make("a", "", "All results");

			open();
			if (reply.corrected) {
				const p = make("p", "note", "Did you mean "), a = make("a", "", reply.corrected);

				a.href = "#";
				a.addEventListener("click", function (e) {
					e.preventDefault();
					box.value = reply.corrected;
					search();
				});
				p.append(a, "?");
				panel.append(p);
			}
			reply.hits.forEach(function (hit, i) {
				const item = make("li", "item"), sub = make("ul", "sub");

				item.append(link(reply, hit, hit.anchor, hit.title || hit.url, "title", i + 1));
				if (hit.heading && hit.heading !== hit.title)
					item.append(make("p", "heading", hit.heading));
				item.append(snippet(hit.snippet));
				hit.sub_results.forEach(function (s) {
					const line = make("li");

					line.append(link(reply, s, s.anchor, s.heading || s.anchor || s.title, "", i + 1));
					sub.append(line);
				});
				if (sub.children.length)
					item.append(sub);
				list.append(item);
			});
			panel.append(list);
			said.textContent = reply.hits.length ? reply.hits.length + " results" : "Nothing was found";
			if (!reply.hits.length)
				panel.append(make("p", "note", "Nothing was found."));
			if (reply.rerank.status === "partial")
				panel.append(make("p", "note", "The order is not final: there was no time to score all."));
			if (!element.dataset.key && reply.pages > reply.hits.length) {
				whole.href = new URL("?" + query({}), base).href;
				all.append(whole);
				panel.append(all);
			}
		}

		function search() {
			const mine = ++turn;

			clearTimeout(wait);
			if (!box.value.trim())
				return close();
			typed = box.value;
			ask("search", {n: element.dataset.results || 5}).then(function (r) { return r.json(); })
				.then(function (reply) {
					if (mine !== turn)
						return;
					if (reply.hits)
						results(reply);
					else
						open().append(make("p", "note", String(reply.error)));
				}).catch(function () {
					open().append(make("p", "note", "The search cannot be reached."));
				});
		}

		function select(to) {
			const items = panel.querySelectorAll("[role=option]");

			if (!items.length)
				return;
			if (items[at])
				items[at].setAttribute("aria-selected", "false");
			at = (to + items.length) % items.length;
			items[at].setAttribute("aria-selected", "true");
			box.value = items[at].textContent;
			box.setAttribute("aria-activedescendant", items[at].id);
		}

		form.addEventListener("submit", function (e) {
			e.preventDefault();
			search();
		});
		box.addEventListener("input", function () {
			clearTimeout(wait);
			wait = setTimeout(function () {
				const mine = ++turn;

				typed = box.value;
				if (!typed.trim())
					return close();
				ask("suggest", {}).then(function (r) { return r.json(); }).then(function (reply) {
					if (mine === turn && reply.suggestions)
						suggest(reply.suggestions);
				}).catch(close);
			}, 100);
		});
		box.addEventListener("keydown", function (e) {
			if (panel && (e.key === "ArrowDown" || e.key === "ArrowUp") && panel.querySelector("[role=option]")) {
				e.preventDefault();
				select(e.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
			}
		});
		element.addEventListener("keydown", function (e) {
			if (e.key === "Escape" && panel) {
				close();
				box.focus();
			}
		});
		document.addEventListener("click", function (e) {
			if (!e.composedPath().includes(element))
				close();
		});
	}

	function start() {
		document.querySelectorAll("[data-xapian-search]").forEach(function (element) {
			if (!element.xapianSearch)
				attach(element);
			element.xapianSearch = true;
		});
	}

	if (document.readyState === "loading")
		document.addEventListener("DOMContentLoaded", start);
	else
		start();
})();
