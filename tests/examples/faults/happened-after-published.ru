#+ fault: A congress later than the report of it.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Conference sg:happened ?old . }
INSERT { :Conference sg:happened :June . }
WHERE { :Conference sg:happened ?old . }
