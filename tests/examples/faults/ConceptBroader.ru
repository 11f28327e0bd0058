#+ fault: A concept below an actor.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX issue: <https://w3id.org/stancegraph/id/issue/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
WITH <https://w3id.org/stancegraph/graph/vocabulary>
DELETE {  }
INSERT { issue:Security skos:broader :Syldavia . }
WHERE {  }
