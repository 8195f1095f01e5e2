"""Many plain texts at once, as arrays: each distinct word is understood once, and a text is a row of numbers from then on.

``page`` reads texts into arrays, ``classes`` finds what joins their words, ``sums`` adds up, ``judging`` puts the path together.
Texts that are not plain (see :mod:`classifier.fast.plain`) are left to :mod:`classifier.checker`'s own reading, word by word.
"""
