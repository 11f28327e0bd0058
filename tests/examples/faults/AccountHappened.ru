#+ fault: An event at the time of a place.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :RaidAccount sg:happened ?old . }
INSERT { :RaidAccount sg:happened :Lake . }
WHERE { :RaidAccount sg:happened ?old . }
