#+ fault: A judgement without a rank.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Curation sg:curationRank ?old . }
INSERT {  }
WHERE { :Curation sg:curationRank ?old . }
