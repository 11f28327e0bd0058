#+ fault: A mention without words.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Mention sg:mentionWords ?old . }
INSERT {  }
WHERE { :Mention sg:mentionWords ?old . }
