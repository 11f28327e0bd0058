#+ fault: Words uttered in a congress.
#+ also: [disjoint-classes, speech-without-speaker, uttered-by-another]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Inner sg:utteredIn ?old . }
INSERT { :Inner sg:utteredIn :Raid . }
WHERE { :Inner sg:utteredIn ?old . }
