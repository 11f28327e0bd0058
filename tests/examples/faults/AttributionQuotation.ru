#+ fault: A quotation without a language.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Inner sg:quotedWords ?old . }
INSERT { :Inner sg:quotedWords "we fear" . }
WHERE { :Inner sg:quotedWords ?old . }
