"""Values: parsed, merged, coalesced, validated."""
