"""What keeps documents and finds them; `base.Engine` is what each can do."""
