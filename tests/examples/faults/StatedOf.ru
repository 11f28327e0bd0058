#+ fault: An external statement about nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :ExternalStatement sg:statedOf ?old . }
INSERT { }
WHERE { :ExternalStatement sg:statedOf ?old . }
