#+ fault: A passage in no paragraph.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Passage sg:paragraphNumber ?old . }
INSERT {  }
WHERE { :Passage sg:paragraphNumber ?old . }
