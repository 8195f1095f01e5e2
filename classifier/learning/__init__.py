"""From the corpus to a model, and how good it is. Nothing at run time imports it."""
