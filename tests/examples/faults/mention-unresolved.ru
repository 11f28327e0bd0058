#+ fault: A mention that stands for nothing.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Mention sg:refersTo ?old . }
INSERT {  }
WHERE { :Mention sg:refersTo ?old . }
