"""Tasks, their steps and what is said about them."""

from urllib.parse import urlencode

from admin.views.base import Category, Child, View
from models.choices import OPEN_TASKS, TaskStatus
from models.task.checklist import ChecklistItem
from models.task.comment import TaskComment
from models.task.kind import TaskKind
from models.task.record import Task
from models.task.returned import TaskReturn
from models.texts import N_


class TaskView(View):
    """Who does what, and by when."""

    record = Task
    name, name_plural = N_("Task"), N_("Tasks")
    category, icon, order = Category.WORK, "checkbox", 30
    columns = (
        "title", "kind_id", "deal_id", "deal_id.client_id", "status", "assignee_id", "stands_in_for_id", "author_id",
        "due_on",
    )  # fmt: skip
    spare = ("kind_id", "stands_in_for_id")
    filters = (
        "status",
        "kind_id",
        "assignee_id",
        "stands_in_for_id",
        "author_id",
        "team_id",
        "due_on",
        "wakes_on",
        "deal_id",
        "created_at",
    )
    quiet_filters = ("deal_id.seller_id", "assignee_id.team_id")
    default_sort = "due_on"
    first_look = urlencode([("status", str(status)) for status in OPEN_TASKS])
    due = ("due_on",)
    open_states = tuple(OPEN_TASKS)
    quiet_states = (TaskStatus.DONE, TaskStatus.CANCELLED)
    labels = {"title": N_("Task")}
    children = (
        Child("checklist-item", "task_id", ("position", "title", "done_at"), eager=True),
        Child("task-comment", "task_id", ("author_id", "created_at"), quick=True),
    )
    empty = N_("No tasks yet. They appear when a deal is handed off.")


class TaskCommentView(View):
    """Remarks of colleagues."""

    record = TaskComment
    name, name_plural = N_("Comment"), N_("Comments")
    category, icon = Category.WORK, "message"
    columns = ("created_at", "task_id", "author_id", "body")
    filters = ("author_id", "task_id", "created_at")
    menu = False


class ChecklistItemView(View):
    """Steps of tasks."""

    record = ChecklistItem
    name, name_plural = N_("Checklist item"), N_("Checklist items")
    category, icon = Category.WORK, "list-check"
    columns = ("position", "title", "task_id", "done_at")
    filters = ("task_id", "done_at")
    default_sort = "position"
    menu = False


class TaskReturnView(View):
    """Hand-offs that came back."""

    record = TaskReturn
    name, name_plural = N_("Returned task"), N_("Returns")
    category, icon = Category.WORK, "corner-up-left"
    columns = ("created_at", "task_id", "deal_id", "cause", "reason", "returned_by_id")
    filters = ("cause", "returned_by_id", "deal_id", "created_at")
    quiet_filters = ("deal_id.seller_id", "returned_by_id.team_id")
    creatable = editable = False
    menu = False


class TaskKindView(View):
    """Kinds of tasks with their checklists."""

    record = TaskKind
    name, name_plural = N_("Task kind"), N_("Task kinds")
    category, icon, order = Category.CATALOGUE, "category", 60
    columns = ("name", "slug", "days", "checklist")
    filters = ("days",)
    default_sort = "name"
