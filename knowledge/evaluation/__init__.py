"""How well matching does, on sets of questions with judged answers or on readers' votes."""
