"""What no Streamlit widget does: tell screen readers the language, go to the written reason by a key, take words selected in the ad."""

from collections.abc import Callable

import streamlit as st

_FRAME = """
export default function (component) {
  const page = document.documentElement
  page.lang = component.data.lang
  const write = (event) => {
    if (!event.altKey || event.code !== "KeyW") return
    const box = document.querySelector(".st-key-rationale textarea, .st-key-missed input")
    if (box) { event.preventDefault(); box.focus(); box.scrollIntoView({block: "center"}) }
  }
  const record = (event) => {
    const focused = document.activeElement
    if (!event.isTrusted || !event.altKey || event.code !== "Enter" || !focused.matches("button, [type=radio]")) return
    event.stopImmediatePropagation()
    focused.blur()
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", code: "Enter", altKey: true, bubbles: true}))
  }
  document.addEventListener("keydown", write)
  window.addEventListener("keydown", record, true)
  return () => {
    document.removeEventListener("keydown", write)
    window.removeEventListener("keydown", record, true)
  }
}
"""
_SELECTION = """
export default function (component) {
  const button = component.parentElement.querySelector("button")
  button.textContent = component.data.label
  button.onmousedown = (event) => event.preventDefault()
  button.onclick = () => {
    const chosen = document.getSelection()
    const ad = document.querySelector(".ad")
    if (ad && chosen && ad.contains(chosen.anchorNode) && String(chosen).trim()) component.setTriggerValue("words", String(chosen))
  }
}
"""
_BUTTON_STYLE = """
button{font:inherit;color:inherit;background:transparent;border:1px solid currentColor;border-radius:.5rem;
padding:.35rem .75rem;cursor:pointer}
button:focus-visible{outline:3px solid currentColor;outline-offset:2px}
"""
_frame = st.components.v2.component("adcheck_frame", js=_FRAME)
_selection = st.components.v2.component("adcheck_selection", html="<button type='button'></button>", css=_BUTTON_STYLE, js=_SELECTION)


def tell_page(language: str) -> None:
    """Tell the page its language, and make Alt+W go to the written reason."""
    _frame(data={"lang": language}, key=f"frame {language}", height="content")


def selected_words(label: str, key: str, on_words: Callable[[str], object]) -> None:
    """Give a button that takes the words selected in the ad."""

    def taken() -> None:
        on_words(st.session_state[key].words)

    _selection(data={"label": label}, key=key, on_words_change=taken)
