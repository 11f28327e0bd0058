#+ fault: A quotation without words.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Inner sg:quotedWords ?old . }
INSERT {  }
WHERE { :Inner sg:quotedWords ?old . }
