#+ fault: An external statement without a value.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:statedValue ?old . }
INSERT { }
WHERE { :ExternalStatement sg:statedValue ?old . }
