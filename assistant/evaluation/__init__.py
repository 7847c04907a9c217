"""How good the suggestions are: data sets, baselines, metrics and experiments."""
