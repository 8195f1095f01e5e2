"""What no Streamlit widget does: the page's language, a key to the written reason, words selected in the ad or being typed."""

from collections.abc import Callable

import streamlit as st

_FRAME = """
export default function (component) {
  const page = document.documentElement
  page.lang = component.data.lang
  if (component.data.name !== null) document.cookie = `adcheck_name=${encodeURIComponent(component.data.name)}; path=/; SameSite=Strict`
  const write = (event) => {
    if (!event.altKey || event.code !== "KeyW") return
    const box = document.querySelector(".st-key-written textarea, .st-key-missed input")
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
_WRITTEN = """
export default function (component) {
  const text = (selector) => (document.querySelector(`.st-key-written ${selector}`) || {value: ""}).value
  const tell = () => component.setTriggerValue("words", {rationale: text("textarea"), change_reason: text("input")})
  const forget = (event) => { if (event.altKey || event.target.closest("[data-testid=stFormSubmitButton]")) clearTimeout(timer) }
  let timer
  const typed = (event) => {
    if (!event.target.closest(".st-key-written")) return
    clearTimeout(timer)
    timer = setTimeout(tell, 1000)
  }
  document.addEventListener("input", typed)
  document.addEventListener("keydown", forget, true)
  document.addEventListener("click", forget, true)
  return () => {
    clearTimeout(timer)
    document.removeEventListener("input", typed)
    document.removeEventListener("keydown", forget, true)
    document.removeEventListener("click", forget, true)
  }
}
"""
_FOLLOW = """
export default function (component) {
  const {page, step} = component.data, before = window.adcheckStep
  window.adcheckStep = {page, step}
  if (!before || before.page !== page || before.step === step) return
  setTimeout(() => {
    const turn = document.querySelector(".st-key-turn")
    if (turn) turn.scrollIntoView({block: turn.offsetHeight > innerHeight / 2 ? "start" : "center"})
  }, 50)
}
"""
_BUTTON_STYLE = """
button{font:inherit;color:inherit;background:transparent;border:1px solid currentColor;border-radius:.5rem;
padding:.35rem .75rem;cursor:pointer}
button:focus-visible{outline:3px solid currentColor;outline-offset:2px}
"""
_frame = st.components.v2.component("adcheck_frame", js=_FRAME)
_written = st.components.v2.component("adcheck_written", js=_WRITTEN)
_follow = st.components.v2.component("adcheck_follow", js=_FOLLOW)
_selection = st.components.v2.component("adcheck_selection", html="<button type='button'></button>", css=_BUTTON_STYLE, js=_SELECTION)


def tell_page(language: str, name: str | None) -> None:
    """Tell the page its language, and a name it shall keep until the browser closes; make Alt+W go to the written reason."""
    _frame(data={"lang": language, "name": name}, key=f"frame {language}", height="content")


def selected_words(label: str, key: str, on_words: Callable[[str], object]) -> None:
    """Give a button that takes the words selected in the ad."""

    def taken() -> None:
        on_words(st.session_state[key].words)

    _selection(data={"label": label}, key=key, on_words_change=taken)


def written_words(key: str, on_words: Callable[[str, str], object]) -> None:
    """Take what is typed as written reason and reason of a change, a second after the last key: a form sends it only at its end."""

    def taken() -> None:
        told = st.session_state[key].words
        on_words(str(told["rationale"]), str(told["change_reason"]))

    _written(key=key, on_words_change=taken, height="content")


def follow(page: str, step: str) -> None:
    """Bring the container with the key ``turn`` into sight when another step of the same page has its turn; never at its opening."""
    _follow(data={"page": page, "step": step}, key=f"follow {page}", height="content")
