#+ fault: A stance whose content is an actor.
#+ also: [disjoint-classes]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE { :Stance sg:content ?old . }
INSERT { :Stance sg:content :Syldavia . }
WHERE { :Stance sg:content ?old . }
