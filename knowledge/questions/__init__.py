"""Questions, what each matched, and readers' votes."""
