"""A programme in a made-up language."""

from dataclasses import replace

from flows.definition import Programme
from flows.loading import flow_version
from prompts.catalogue import package_sources
from prompts.pseudo import pseudo


def made_up(programme: Programme, base: str, locale: str) -> Programme:
    """The same programme, with nothing but a made-up locale that is made from its wording in `base`."""
    flows = {}
    for name, flow in programme.flows.items():
        said = {locale: pseudo(flow.prompts[base], locale)} if base in flow.prompts else {}
        flows[name] = replace(flow, prompts=said, version=flow_version(flow.source, said))
    sources = {**package_sources(), **programme.prompts}
    prompts = {name: {locale: pseudo(own[base], locale)} for name, own in sources.items() if base in own}
    return replace(programme, locales={locale: ""}, flows=flows, prompts=prompts)
