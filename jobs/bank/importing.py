"""A file of the bank brought in: new operations with what they look like, in one action; what is here stays."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from jobs.bank.reading import Account, Exchange, Movement, read_exchange
from jobs.bank.recognising import recognise
from models.actor import Actor, Via
from models.bank import BankAccount, BankOperation, BankReason, BankStatus
from models.catalogue import Entity
from models.errors import Denied, Invalid
from models.names import tidy
from models.session import Database, Work
from models.texts import N_, Text

SLUG = "bank-operation.import"


@dataclass(frozen=True)
class Brought:
    """What became of a file: operations that are new, those that were here, what was left out; `action` undoes it."""

    new: int
    known: int
    skipped: Sequence[Text]
    differences: Sequence[tuple[str, Decimal, Decimal]]
    action: UUID | None = None


async def bring_in(
    database: Database, actor: Actor, content: bytes, file_name: str, *, via: Via = Via.IMPORT, request_id: str = ""
) -> Brought:
    """Read, keep and recognise. Raises `Denied`, `Invalid` for what is no such file or whose account is unknown."""
    if not actor.rights.may("bank-operation", "import"):
        raise Denied(N_("Your role does not allow files of the bank to be brought in."))
    told = read_exchange(content)
    if not told.accounts:
        raise Invalid(N_("The file does not say which account it is about."))
    async with database.transaction(actor, via, SLUG, asked={"file": file_name}, request_id=request_id) as work:
        accounts = {number: await _account(work, account) for number, account in told.accounts.items()}
        fresh = await _fresh(work, told, accounts, file_name)
        work.add_all(fresh)
        await work.flush()
        await _take(work, fresh)
        action = work.action_id if fresh else None
    return Brought(len(fresh), len(told.movements) - len(fresh), told.skipped, told.differences(), action)


async def recognise_again(database: Database, actor: Actor, request_id: str = "") -> int:
    """Look anew at everything that waits and that nobody has decided. Gives the number. Raises `Denied`."""
    if not actor.rights.may("bank-operation", "import"):
        raise Denied(N_("Your role does not allow files of the bank to be brought in."))
    async with database.transaction(actor, Via.PANEL, "bank-operation.recognise", request_id=request_id) as work:
        statement = (
            select(BankOperation)
            .where(BankOperation.status == BankStatus.NEW, ~BankOperation.reasons.contains([BankReason.BY_HAND.value]))
            .order_by(BankOperation.day, BankOperation.id)
            .with_for_update()
        )
        waiting = list(await work.scalars(statement))
        await _take(work, waiting)
    return len(waiting)


async def _take(work: Work, operations: Sequence[BankOperation]) -> None:
    for one, guess in zip(operations, await recognise(work, operations), strict=True):
        one.take_for(guess.kind, guess.insurer, list(guess.reasons))
        await one.link(work.act(), list(guess.links))


async def _account(work: Work, told: Account) -> BankAccount:
    """The own account; one that is new belongs to the entity of its INN, or to the only one that there is."""
    known = select(BankAccount).where(BankAccount.number == told.number, BankAccount.deleted_at.is_(None))
    if (found := await work.scalar(known)) is not None:
        return found
    entities = list(await work.scalars(select(Entity).where(Entity.deleted_at.is_(None))))
    owners = [one for one in entities if one.inn and one.inn == told.owner_inn] or entities
    if len(owners) != 1:
        raise Invalid(N_("The account {number} is not known: enter it under “Bank accounts”."), number=told.number)
    made = BankAccount(entity_id=owners[0].id, number=told.number, bic=told.bic or None, bank=told.bank or None)
    work.add(made)
    await work.flush()
    return made


async def _fresh(work: Work, told: Exchange, accounts: dict[str, BankAccount], file_name: str) -> list[BankOperation]:
    """The movements that no earlier file has brought, as operations."""
    seen: Counter[str] = Counter()
    marked = []
    for one in told.movements:
        likeness = _likeness(one)
        marked.append((one, _fingerprint(likeness, seen[likeness])))
        seen[likeness] += 1
    prints = [print_ for _, print_ in marked]
    known = set(await work.scalars(select(BankOperation.fingerprint).where(BankOperation.fingerprint.in_(prints))))
    return [_operation(one, print_, accounts[one.account], file_name) for one, print_ in marked if print_ not in known]


def _likeness(one: Movement) -> str:
    return "|".join(
        (one.account, f"{one.day}", f"{one.amount}", one.other_account, one.number, tidy(one.purpose).casefold())
    )


def _fingerprint(likeness: str, before: int) -> str:
    """The same for one movement in every file; two that are alike in one day are told apart by their order."""
    return hashlib.sha256(f"{likeness}|{before}".encode()).hexdigest()


def _operation(one: Movement, fingerprint: str, account: BankAccount, file_name: str) -> BankOperation:
    return BankOperation(
        account_id=account.id,
        day=one.day,
        amount=one.amount,
        number=one.number or None,
        document_on=one.document_on,
        counterparty_name=one.name or None,
        counterparty_inn=one.inn or None,
        counterparty_account=one.other_account or None,
        purpose=one.purpose or "—",
        fingerprint=fingerprint,
        file_name=file_name,
        reasons=[BankReason.BAD_INN.value] if one.has_bad_inn else [],
    )
