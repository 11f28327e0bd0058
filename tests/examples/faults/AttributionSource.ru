#+ fault: An attribution to nobody.
#+ also: [uttered-by-another]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Inner sg:attributedTo ?old . }
INSERT {  }
WHERE { :Inner sg:attributedTo ?old . }
