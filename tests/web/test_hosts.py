"""Under which names a development server answers with what only a developer may see."""

from pathlib import Path

import httpx2

from tests.served import served, settings_in


async def test_pages_and_tokens_are_not_shown_under_another_name(database_url: str, tmp_path: Path) -> None:
    """DNS rebinding: a page elsewhere whose name leads to this computer is still elsewhere."""
    async with served(settings_in(tmp_path, database_url)) as server, httpx2.AsyncClient() as client:
        for path in ("/graphiql/identities.json", "/healthz"):
            here = await client.get(server.url + path)
            elsewhere = await client.get(server.url + path, headers={"host": "evil.example"})
            assert (here.status_code, elsewhere.status_code) == (200, 400), path
