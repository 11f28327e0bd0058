#+ fault: An external statement from nowhere.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:retrieval ?old . }
INSERT { }
WHERE { :ExternalStatement sg:retrieval ?old . }
