"""Addresses of files under `/admin/document`."""

from starlette.routing import Route

from admin.documents.links import make
from admin.documents.refreshing import refresh
from admin.documents.serving import download, show
from admin.documents.uploading import give_up, receive, stand

ROUTES = (
    Route("/document/upload/{upload:uuid}", stand, methods=["GET"], name="document_stand"),
    Route("/document/upload/{upload:uuid}", receive, methods=["PUT"], name="document_upload"),
    Route("/document/upload/{upload:uuid}", give_up, methods=["DELETE"], name="document_give_up"),
    Route("/document/file/{pk:uuid}", show, methods=["GET"], name="document_file"),
    Route("/document/download/{pk:uuid}", download, methods=["GET"], name="document_download"),
    Route("/document/link/{pk:uuid}", make, methods=["POST"], name="document_link"),
    Route("/document/refresh", refresh, methods=["POST"], name="document_refresh"),
)
