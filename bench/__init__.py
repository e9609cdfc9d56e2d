"""Ground truth for KickForm: a rendered athlete, sample videos and the benches built on them."""
