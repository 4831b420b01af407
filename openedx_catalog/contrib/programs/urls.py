"""The URLs of programs, which the catalog's own include."""

app_name = "programs"

urlpatterns: list = []
