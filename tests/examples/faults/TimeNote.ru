#+ fault: A note without a language.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :May sg:resolutionNote ?old . }
INSERT { :May sg:resolutionNote "Of the article." . }
WHERE { :May sg:resolutionNote ?old . }
