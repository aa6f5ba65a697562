"""go-yaml's own reading of YAML: text, tokens and grammar, for what libyaml reads otherwise."""
