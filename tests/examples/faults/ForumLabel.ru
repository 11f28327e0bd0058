#+ fault: A forum without a label.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Congress rdfs:label ?old . }
INSERT {  }
WHERE { :Congress rdfs:label ?old . }
