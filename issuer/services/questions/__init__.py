"""Questions of a school to a provider about one requirement, and what a provider is told of its badges."""
