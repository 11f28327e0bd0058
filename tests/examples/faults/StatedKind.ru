#+ fault: An external statement of no kind.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:factKind ?old . }
INSERT { }
WHERE { :ExternalStatement sg:factKind ?old . }
