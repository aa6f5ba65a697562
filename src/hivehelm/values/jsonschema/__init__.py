"""JSON Schema, drafts 4 to 2020-12: the rules, order and words of santhosh-tekuri/jsonschema v6."""
