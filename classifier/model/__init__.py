"""Claims to risk and kinds of claim, by an additive linear model."""
