#+ fault: A mention in no passage.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Mention sg:mentionedIn ?old . }
INSERT {  }
WHERE { :Mention sg:mentionedIn ?old . }
