"""Tasks: a hand-off is a contract between its author and its assignee."""

from models.task.checklist import ChecklistItem
from models.task.comment import TaskComment
from models.task.kind import TaskKind
from models.task.record import Task
from models.task.returned import TaskReturn

__all__ = ["ChecklistItem", "Task", "TaskComment", "TaskKind", "TaskReturn"]
