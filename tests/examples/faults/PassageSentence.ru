#+ fault: Sentence number minus one.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Passage sg:sentenceNumber ?old . }
INSERT { :Passage sg:sentenceNumber -1 . }
WHERE { :Passage sg:sentenceNumber ?old . }
