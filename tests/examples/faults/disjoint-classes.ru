#+ fault: A person who is a forum.
#+ also: [ForumLabel]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Rudolf a sg:StandingForum . }
WHERE {  }
